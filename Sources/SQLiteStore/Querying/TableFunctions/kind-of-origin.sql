SELECT prescription_id, d, k, noise FROM origin WHERE origin_id = :origin_id;
