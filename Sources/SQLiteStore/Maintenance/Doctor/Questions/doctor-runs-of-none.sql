-- Runs outside all recordings: between the end of one and the start of the next, and before the
-- first.
SELECT NULL AS sweep_id, NULL AS sweep, run_id, found
FROM (
  SELECT
    (SELECT min(run_id) FROM measured_run WHERE run_id >= gap.first AND run_id < gap.next) AS run_id,
    (SELECT count(*) FROM measured_run WHERE run_id >= gap.first AND run_id < gap.next) AS found
  FROM (
    SELECT
      recording_id + runs AS first,
      ifnull(
        (
          SELECT min(next.recording_id) FROM recording AS next
          WHERE next.recording_id > recording.recording_id
        ),
        9223372036854775807
      ) AS next
    FROM recording
    UNION ALL
    SELECT
      -9223372036854775808,
      ifnull((SELECT min(recording_id) FROM recording), 9223372036854775807)
  ) AS gap
)
WHERE found > 0;
