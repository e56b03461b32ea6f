SELECT draw.generator, draw.position, draw.d, draw.k, prescription.definition, draw.noise
FROM draw
JOIN prescription ON prescription.prescription_id = draw.prescription_id
WHERE draw.draw_id = :draw_id;
