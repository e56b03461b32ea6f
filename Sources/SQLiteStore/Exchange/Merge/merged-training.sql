SELECT
  optimizer, learning_rate, lr_ratio, momentum, nesterov, beta1, beta2, eps, weight_decay, schedule,
  warmup, steps, init, init_seed, inputs, samples, batch, data_seed, record, divergence, sharpness
FROM training
WHERE training_id = :training_id;
