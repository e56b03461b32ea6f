-- Through the index of what tells cells apart, with its expressions.
SELECT cell_id FROM cell
WHERE sweep_id = :sweep_id AND ifnull(prescription_id, 0) = ifnull(:prescription_id, 0)
  AND ifnull(d, 0) = ifnull(:d, 0) AND ifnull(k, 0) = ifnull(:k, 0)
  AND ifnull(noise, -1.0) = ifnull(:noise, -1.0) AND ifnull(rank, 0) = ifnull(:rank, 0)
  AND ifnull(alpha, '') = ifnull(:alpha, '') AND ifnull(rule, '') = ifnull(:rule, '')
  AND ifnull(label_scale, '') = ifnull(:label_scale, '')
  AND ifnull(parameter_set_id, 0) = ifnull(:parameter_set_id, 0) 
  AND ifnull(training_id, 0) = ifnull(:training_id, 0);
