SELECT name, value FROM parameter WHERE parameter_set_id = :parameter_set_id;
