INSERT INTO parameter_set (definition) VALUES (:definition);
