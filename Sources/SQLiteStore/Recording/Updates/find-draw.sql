SELECT draw_id FROM draw
WHERE generator = :generator AND position = :position AND d = :d AND k = :k
  AND prescription_id = :prescription_id AND ifnull(noise, -1.0) = ifnull(:noise, -1.0);
