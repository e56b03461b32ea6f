-- The measured modules of a sweep, with what is recorded of them.
SELECT
  recording.recording_id, recording.runs, recording.update_id, recording.item, sweep_module.name,
  origin.d, origin.k, origin.content, module.kind, module.adapter_rank, module.frobenius_norm,
  module.stable_rank, module.effective_rank, module.rank_90, module.rank_95, module.rank_99,
  module.noise_rank, module.base_norm, module.rounding_floor
FROM recording
LEFT JOIN sweep_module
  ON sweep_module.sweep_id = recording.sweep_id AND sweep_module.item = recording.item
LEFT JOIN delta ON delta.update_id = recording.update_id
LEFT JOIN origin ON origin.origin_id = delta.origin_id
LEFT JOIN module ON module.origin_id = origin.origin_id
WHERE recording.sweep_id = :sweep_id
ORDER BY recording.item;
