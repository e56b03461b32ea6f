SELECT name, value, number FROM parameter WHERE parameter_set_id = :parameter_set_id;
