-- Of each cell of a sweep that takes part in a contest of rules, over the updates on which `present` rules have an
-- error: how many updates there are, on how many of them the cell stands for its contest (once each, whichever rules it
-- has), the sum of the errors, and on how many the cell is best alone or best within the tie with another.
CREATE TABLE rule_wins (
  cell_id, present, updates, counts, error, won, shared,
  sweep_id HIDDEN, tie HIDDEN, with_unit HIDDEN
);
