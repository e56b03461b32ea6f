SELECT definition FROM prescription WHERE prescription_id = :prescription_id;
