-- Of the trained cells of some sweeps (:sweep_ids, a JSON array of their ids) that differ in the learning rate alone, the one
-- of least mean final loss, the lower rate of equals; a rate at which a seed diverged is no candidate.
WITH
trained AS (
  SELECT
    measured_run.cell_id, count(*) AS n, count(training_run.final_loss) AS ended,
    avg(training_run.final_loss) AS loss
  FROM json_each(:sweep_ids) AS asked
  JOIN recording ON recording.sweep_id = asked.value
  CROSS JOIN measured_run
  CROSS JOIN training_run
  WHERE measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
    AND training_run.run_id = measured_run.run_id
  GROUP BY measured_run.cell_id
),
placed AS (
  SELECT
    cell.cell_id,
    row_number() OVER (
      PARTITION BY
        cell.sweep_id, cell.prescription_id, cell.d, cell.k, cell.noise, cell.rank, cell.alpha, cell.rule,
        cell.label_scale, training.optimizer, training.lr_ratio, training.momentum, training.nesterov,
        training.beta1, training.beta2, training.eps, training.weight_decay, training.schedule,
        training.warmup, training.steps, training.init, training.init_seed, training.inputs,
        training.samples, training.batch, training.data_seed, training.record, training.divergence
      ORDER BY trained.loss, training.learning_rate
    ) AS place
  FROM trained
  JOIN cell ON cell.cell_id = trained.cell_id
  JOIN training ON training.training_id = cell.training_id
  WHERE trained.ended = trained.n
)
SELECT cell_id FROM placed WHERE place = 1;
