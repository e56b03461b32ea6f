SELECT definition FROM parameter_set WHERE parameter_set_id = :parameter_set_id;
