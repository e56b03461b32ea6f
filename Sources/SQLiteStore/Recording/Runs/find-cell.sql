SELECT cell_id FROM cell
WHERE sweep_id = :sweep_id AND prescription_id = :prescription_id AND d = :d AND k = :k
  AND ifnull(noise, -1.0) = ifnull(:noise, -1.0) AND rank = :rank AND alpha = :alpha
  AND rule = :rule AND scale = :scale;
