-- Through the index of what tells cells apart, with its expressions.
SELECT cell_id FROM cell
WHERE sweep_id = :sweep_id AND ifnull(prescription_id, 0) = :prescription_id AND ifnull(d, 0) = :d
  AND ifnull(k, 0) = :k AND ifnull(noise, -1.0) = ifnull(:noise, -1.0) AND ifnull(rank, 0) = :rank
  AND ifnull(alpha, '') = :alpha AND ifnull(rule, '') = :rule
  AND ifnull(label_scale, '') = ifnull(:label_scale, '')
  AND ifnull(parameter_set_id, 0) = ifnull(:parameter_set_id, 0) AND ifnull(training_id, 0) = 0;
