SELECT NULL AS sweep_id, NULL AS sweep, training_id, optimizer, learning_rate
FROM training
WHERE training_id NOT IN (SELECT training_id FROM cell WHERE training_id IS NOT NULL);
