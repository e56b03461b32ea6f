SELECT prescription_id FROM prescription WHERE definition = :definition;
