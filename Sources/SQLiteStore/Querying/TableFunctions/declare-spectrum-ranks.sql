-- Each update of a sweep, by id: how many singular values it has in the book, its stable rank, its effective ranks by
-- energy and by value, and the smallest rank that captures a share of the energy. The measures are those of
-- queries/effective-rank.sql and queries/rank-for-variance.sql.
CREATE TABLE spectrum_ranks (
  update_id, positions, stable_rank, effective_rank, effective_rank_of_values, share_rank,
  sweep_id HIDDEN, share HIDDEN
);
