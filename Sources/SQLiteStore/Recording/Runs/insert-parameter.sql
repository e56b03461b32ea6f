INSERT INTO parameter (parameter_set_id, name, value, number)
VALUES (:parameter_set_id, :name, :value, :number);
