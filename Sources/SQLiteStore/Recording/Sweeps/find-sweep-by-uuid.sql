SELECT sweep_id FROM sweep WHERE uuid = :uuid;
