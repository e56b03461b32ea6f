-- The modules of a sweep in the order of its items.
SELECT
  sweep_module.name AS module, origin.d, origin.k, module.kind, module.adapter_rank,
  sweep_module.adapter_alpha, sweep_module.adapter_rule, module.adapter_scale,
  module.frobenius_norm, module.frobenius_norm / nullif(module.base_norm, 0) AS relative_norm,
  module.frobenius_norm * module.frobenius_norm <= module.rounding_floor AS is_rounding,
  module.stable_rank, module.effective_rank, module.rank_90, module.rank_95, module.rank_99,
  module.noise_rank
FROM sweep_module
JOIN delta ON delta.update_id = sweep_module.update_id
JOIN origin ON origin.origin_id = delta.origin_id
JOIN module ON module.origin_id = origin.origin_id
WHERE sweep_module.sweep_id = :sweep_id
ORDER BY sweep_module.item;
