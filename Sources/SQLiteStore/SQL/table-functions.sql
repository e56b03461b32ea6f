-- The table-valued functions that a question may use.
SELECT 1 FROM json_each('[]');
SELECT 1 FROM json_tree('[]');
SELECT 1 FROM pragma_table_info('measured_run');
SELECT 1 FROM pragma_table_xinfo('run');
SELECT 1 FROM pragma_table_list;
SELECT 1 FROM pragma_index_list('run');
SELECT 1 FROM pragma_index_info('recording_sweep');
SELECT 1 FROM pragma_foreign_key_list('run');
SELECT 1 FROM pragma_function_list;
