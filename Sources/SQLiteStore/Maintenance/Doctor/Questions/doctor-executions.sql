-- Recordings that name an execution of another sweep, computed ones that name no item of their grid, others that do, and
-- those that say to be of runs of their execution that another is of.
SELECT
  recording.sweep_id, sweep.name AS sweep, recording.recording_id,
  CASE
    WHEN execution.sweep_id IS NOT recording.sweep_id THEN 'is of an execution of another sweep'
    WHEN source.is_computed AND recording.item IS NULL THEN 'names no item of its grid'
    WHEN recording.sequence IS NULL THEN 'names an item, and nothing was computed'
    ELSE 'has runs of its execution that another recording has'
  END AS fault
FROM recording
LEFT JOIN execution ON execution.execution_id = recording.execution_id
LEFT JOIN sweep ON sweep.sweep_id = recording.sweep_id
LEFT JOIN source ON source.source = sweep.source
WHERE execution.sweep_id IS NOT recording.sweep_id
  OR ifnull(source.is_computed, 0) <> (recording.item IS NOT NULL)
  OR EXISTS (
    SELECT 1 FROM recording AS next
    WHERE next.execution_id = recording.execution_id AND next.sequence > recording.sequence
      AND next.sequence < recording.sequence + recording.runs
  );
