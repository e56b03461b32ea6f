SELECT execution_id, sweep_id FROM execution WHERE uuid = :uuid;
