-- Modules whose update is more than half as large as the base, the largest first.
SELECT module, frobenius_norm / base_norm
FROM modules
WHERE sweep_id = :sweep_id AND frobenius_norm > 0.5 * base_norm
ORDER BY frobenius_norm / base_norm DESC, module;
