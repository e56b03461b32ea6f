-- Through the index of what tells trainings apart, with its expressions.
SELECT training_id FROM training
WHERE optimizer = :optimizer AND learning_rate = :learning_rate AND lr_ratio = :lr_ratio
  AND ifnull(momentum, -1.0) = ifnull(:momentum, -1.0) AND ifnull(nesterov, -1) = ifnull(:nesterov, -1)
  AND ifnull(beta1, -1.0) = ifnull(:beta1, -1.0) AND ifnull(beta2, -1.0) = ifnull(:beta2, -1.0)
  AND ifnull(eps, -1.0) = ifnull(:eps, -1.0) AND weight_decay = :weight_decay
  AND schedule = :schedule AND warmup = :warmup AND steps = :steps AND init = :init
  AND ifnull(init_seed, -1) = ifnull(:init_seed, -1) AND inputs = :inputs AND samples = :samples
  AND batch = :batch AND ifnull(data_seed, -1) = ifnull(:data_seed, -1) AND record = :record
  AND divergence = :divergence AND sharpness = :sharpness;
