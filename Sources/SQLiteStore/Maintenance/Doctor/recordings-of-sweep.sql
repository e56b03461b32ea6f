SELECT recording_id, runs FROM recording WHERE sweep_id = :sweep_id ORDER BY recording_id;
