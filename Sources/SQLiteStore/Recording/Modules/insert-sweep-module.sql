INSERT INTO sweep_module (
  sweep_id, item, name, update_id, file, base_file, adapter_alpha, adapter_rule
) VALUES (
  :sweep_id, :item, :name, :update_id, :file, :base_file, :adapter_alpha, :adapter_rule
);
