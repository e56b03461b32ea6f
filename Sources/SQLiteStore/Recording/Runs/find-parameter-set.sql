SELECT parameter_set_id FROM parameter_set WHERE definition = :definition;
