INSERT INTO prescription (definition) VALUES (:definition);
