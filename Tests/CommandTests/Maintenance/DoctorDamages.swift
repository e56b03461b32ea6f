extension DoctorCommandTests {
  /// A damage, its complete list of findings as `severity check sweep`, and a part of the first
  /// one's text.
  static let damages: [(damage: String, found: [String], what: String)] = [
    (
      "UPDATE measured_run SET variance_captured = 1.5, truncation_error = NULL WHERE run_id = (SELECT min(recording_id) FROM recording WHERE sweep_id = 3)",
      ["wrong variance captured copy", "wrong summaries copy", "note errors copy"],
      "variance_captured is 1.5"
    ),
    (
      "UPDATE measured_run SET error = -error WHERE run_id = 3",
      ["wrong negative errors article", "wrong summaries article"], "error is -2.988676760997"
    ),
    (
      "UPDATE measured_run SET error = error + 1e-6 WHERE run_id = 3",
      ["wrong errors article", "wrong summaries article"],
      "run 3 (seed 42, rank 4, lora): error 2.9886777609976"
    ),
    (
      "UPDATE measured_run SET error = error + 1 WHERE run_id = (SELECT min(recording_id) FROM recording WHERE sweep_id = 3)",
      ["wrong summaries copy", "note errors copy"], "error in cell"
    ),
    (
      "UPDATE measured_run SET truncation_error = 0.5, error = sqrt(9 * variance_captured + 0.25) WHERE run_id = 3",
      ["wrong truncation and variance article", "wrong summaries article"],
      "truncation_error 0.5 squared is not 1 - variance_captured 0.9915"
    ),
    (
      "UPDATE measured_run SET error = NULL WHERE run_id = 3",
      ["wrong missing measurements article", "wrong summaries article"], "error is nothing"
    ),
    (
      "UPDATE measured_run SET cell_id = 25 WHERE run_id = 3",
      ["wrong cells of other sweeps article", "wrong errors article", "wrong summaries article"],
      "run 3 (seed 42) is in cell 25"
    ),
    (
      "UPDATE measured_run SET cell_id = 15 WHERE run_id = 3",
      ["wrong cells of other updates article", "wrong summaries article"], "cell 15 has another"
    ),
    (
      "UPDATE measured_run SET cell_id = 4 WHERE run_id = 3",
      ["wrong duplicate runs article", "wrong errors article", "wrong summaries article"],
      "recording 1 has 12 runs at 11 settings"
    ),
    (
      "UPDATE sweep SET recorded_runs = 23, planned_runs = 23 WHERE sweep_id = 1",
      ["wrong plans article", "wrong recorded runs article"], "it plans 23 runs at 24 settings"
    ),
    (
      "UPDATE sweep SET recorded_runs = 23 WHERE sweep_id = 1",
      ["wrong recorded runs article", "wrong status article"],
      "it counts 23 runs, and 24 are recorded"
    ),
    (
      "UPDATE sweep SET planned_runs = 5 WHERE sweep_id = 4", ["wrong status trained"],
      "it is 'finished' with 4 runs of 5 planned"
    ),
    (
      "UPDATE sweep SET spec = replace(spec, '[2,', '[200,') WHERE sweep_id = 1",
      ["wrong plans article"], "no grid can be made of its spec: ranks: '200' is above"
    ),
    (
      "UPDATE sweep SET spec = 'nothing' WHERE sweep_id = 1", ["wrong plans article"],
      "no grid can be made of its spec: "
    ),
    (
      "UPDATE sweep SET status = 'running' WHERE sweep_id = 1; UPDATE execution SET process_id = 4194305 WHERE sweep_id = 1",
      ["wrong stale sweeps article"], "it is 'running', and process 4194305 on"
    ),
    (
      "UPDATE sweep SET status = 'running' WHERE sweep_id = 1; UPDATE execution SET host = 'elsewhere', boot_id = 'another' WHERE sweep_id = 1",
      ["note stale sweeps article"], "it is 'running' on 'elsewhere', which cannot be asked"
    ),
    (
      "UPDATE sweep SET source = 'import' WHERE sweep_id = 1",
      ["wrong source article", "wrong executions article", "wrong parameters article"],
      "its source is 'import', and it has a spec and a generator"
    ),
    (
      "UPDATE execution SET generator = NULL WHERE sweep_id = 1",
      ["wrong plans article", "wrong source article"],
      "its source is 'sweep', and it has a spec and no generator"
    ),
    (
      "UPDATE recording SET execution_id = 2 WHERE recording_id = 1", ["wrong executions article"],
      "recording 1 is of an execution of another sweep"
    ),
    (
      "UPDATE recording SET item = NULL, sequence = 0 WHERE recording_id = 13",
      ["wrong executions article"], "recording 13 names no item of its grid"
    ),
    (
      "UPDATE recording SET item = sequence, sequence = NULL WHERE sweep_id = 3 AND sequence = 0",
      ["wrong executions copy"], "names an item, and nothing was computed"
    ),
    (
      "UPDATE recording SET sequence = 1 WHERE sweep_id = 3 AND sequence = 12",
      ["wrong executions copy"], "has runs of its execution that another recording has"
    ),
    (
      "UPDATE cell SET parameter_set_id = 1 WHERE cell_id = 3", ["wrong parameters article"],
      "cell 3 has parameters, and its runs are computed"
    ),
    (
      "UPDATE cell SET parameter_set_id = NULL WHERE sweep_id = 3 AND rank = 4",
      ["wrong parameters copy"], "has no set of parameters"
    ),
    (
      "UPDATE metric SET is_better_larger = 1 WHERE metric = 'error'", ["wrong schema "],
      "the table 'metric' does not hold what lorabook puts there"
    ),
    (
      "UPDATE source SET is_computed = 0 WHERE source = 'train'", ["wrong schema "],
      "the table 'source' does not hold what lorabook puts there"
    ),
    (
      "UPDATE recording SET runs = 13 WHERE recording_id = 1; UPDATE recording SET runs = 11, recording_id = 14 WHERE recording_id = 13; DELETE FROM measured_run WHERE run_id = 13",
      ["wrong missing runs article", "wrong summaries article"],
      "recording 1 counts 13 runs, and 12 are there"
    ),
    (
      "UPDATE recording SET runs = 13 WHERE recording_id = 1",
      [
        "wrong recorded runs article", "wrong overlapping recordings article",
        "wrong cells of other updates article", "wrong summaries article",
      ], "it counts 24 runs, and 25 are recorded"
    ),
    (
      "UPDATE recording SET runs = 11 WHERE recording_id = 13; UPDATE sweep SET recorded_runs = 23, status = 'interrupted' WHERE sweep_id = 1; DELETE FROM cell_summary WHERE cell_id = 24",
      ["wrong runs of no recording "], "1 runs, from run 24 on, are of no recording"
    ),
    (
      "DELETE FROM measured_run WHERE run_id = 5; DELETE FROM cell_summary WHERE cell_id = 5",
      ["wrong missing runs article"], "recording 1 counts 12 runs, and 11 are there"
    ),
    (
      "INSERT INTO divergence VALUES (3, 'error', 'nan')", ["wrong divergences article"],
      "error of run 3 is 2.9886767609976"
    ),
    (
      "UPDATE recording SET update_id = (SELECT max(update_id) FROM delta) WHERE recording_id = 33",
      ["wrong cells of other updates shared", "note unused updates "],
      "run 33 (seed 2, rank 1, lora): cell "
    ),
    (
      "INSERT INTO recording (recording_id, sweep_id, execution_id, update_id, item, runs) SELECT max(run_id) + 1, 1, 1, 1, 2, 1 FROM measured_run; INSERT INTO measured_run SELECT max(run_id) + 1, 1, NULL, NULL, NULL FROM measured_run; UPDATE sweep SET recorded_runs = 25, planned_runs = 25 WHERE sweep_id = 1",
      [
        "wrong plans article", "wrong duplicate runs article", "wrong missing measurements article",
      ], "it plans 25 runs"
    ),
    (
      "INSERT INTO delta (origin_id, seed) SELECT origin_id, 999 FROM origin WHERE generator IS NULL LIMIT 1",
      ["note unused updates "], "(seed 999)"
    ),
    (
      "INSERT INTO origin (d, k, prescription_id, noise) VALUES (3, 3, 1, 9)",
      ["note unused origins "], "(3x3, noise 9)"
    ),
    (
      "INSERT INTO prescription (definition) VALUES ('flat:1')", ["note unused profiles "],
      "'flat:1'"
    ),
    (
      "UPDATE spectrum_block SET s3 = 4.5 WHERE block_id = 1024", ["wrong spectra "],
      "update 1 (seed 42, 64x64): singular value 3 is 4.5, above the one before it"
    ),
    (
      "UPDATE spectrum_block SET s3 = NULL WHERE block_id = 1024", ["wrong spectra "],
      "singular value 3 is missing"
    ),
    (
      "UPDATE spectrum_block SET s32 = NULL WHERE block_id = 1025", ["wrong spectra "],
      "63 singular values are recorded, and it has 64"
    ),
    (
      "DELETE FROM spectrum_block WHERE block_id = 1025", ["wrong spectra "],
      "32 singular values are recorded, and it has 64"
    ),
    (
      "UPDATE cell_summary SET mean = mean + 1e-9 WHERE cell_id = 3 AND metric = 'error'",
      ["wrong summaries article"], "is summed up as n 1, mean 2.98867676"
    ),
    (
      "DELETE FROM cell_summary WHERE cell_id = 3", ["wrong summaries article"],
      "is summed up as n 0, mean 0"
    ),
    (
      "UPDATE cell_summary SET n = 3 WHERE cell_id = (SELECT max(cell_id) FROM cell_summary)",
      ["wrong summaries trained"], "is summed up as n 3"
    ),
    (
      "DROP INDEX recording_sweep", ["wrong schema "], "the index 'recording_sweep' is not there"
    ),
    (
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'alpha REAL', 'alpha  REAL') WHERE name = 'cell'",
      ["wrong schema "], "the table 'cell' is not as lorabook makes it"
    ),
    (
      "CREATE TRIGGER mine AFTER INSERT ON sweep BEGIN SELECT 1; END", ["wrong schema "],
      "the trigger 'mine'"
    ),
    ("CREATE INDEX mine ON sweep (source)", ["wrong schema "], "the index 'mine'"),
    ("CREATE TABLE mine (a)", ["note schema "], "the table 'mine' is none of lorabook's"),
    (
      "DELETE FROM tag; INSERT INTO tag VALUES (99, 'lost')", ["wrong foreign keys "],
      "of 'tag' refers to a row of 'sweep' that is not there"
    ),
    (
      "UPDATE cell SET rank = 0 WHERE cell_id = 3", ["wrong integrity "],
      "CHECK constraint failed in cell"
    ),
  ]
}
