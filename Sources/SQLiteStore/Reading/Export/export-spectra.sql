SELECT sweep_id, sweep, seed, d, k, profile, noise, position, singular_value
FROM spectra
WHERE sweep_id = :sweep_id AND /* where */ TRUE
ORDER BY recording_id, position;
