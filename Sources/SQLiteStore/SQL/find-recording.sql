-- Parameters in the order of their first use, as the writer binds them.
SELECT recording_id FROM recording WHERE sweep_id = :sweep_id AND update_id = :update_id;
