-- Number of a sweep's runs left out of the means of the error: those that diverged, and those
-- without one.
SELECT count(run.error_diverged) AS diverged, count(*) - count(run.error_diverged) AS absent
FROM recording
CROSS JOIN run ON run.recording_id = recording.recording_id
WHERE recording.sweep_id = :sweep_id AND run.error IS NULL;
