-- A measured item: its name and files.
SELECT name, file, base_file, adapter_alpha, adapter_rule
FROM sweep_module
WHERE sweep_id = :sweep_id AND item = :item;
