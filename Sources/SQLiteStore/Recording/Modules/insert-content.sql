INSERT INTO origin (d, k, content) VALUES (:d, :k, :content);
