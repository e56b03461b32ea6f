-- The table-valued functions that a query may use. No rows are read, as the list of tables would
-- have to find the columns of all views.
SELECT 1 FROM json_each('[]') LIMIT 0;
SELECT 1 FROM json_tree('[]') LIMIT 0;
SELECT 1 FROM pragma_table_info('measured_run') LIMIT 0;
SELECT 1 FROM pragma_table_xinfo('run') LIMIT 0;
SELECT 1 FROM pragma_table_list LIMIT 0;
SELECT 1 FROM pragma_index_list('run') LIMIT 0;
SELECT 1 FROM pragma_index_info('recording_sweep') LIMIT 0;
SELECT 1 FROM pragma_foreign_key_list('run') LIMIT 0;
SELECT 1 FROM pragma_function_list LIMIT 0;
SELECT 1 FROM pragma_index_xinfo('recording_sweep') LIMIT 0;
SELECT 1 FROM pragma_database_list LIMIT 0;
SELECT 1 FROM pragma_compile_options LIMIT 0;
SELECT 1 FROM pragma_pragma_list LIMIT 0;
SELECT 1 FROM pragma_collation_list LIMIT 0;
SELECT 1 FROM pragma_module_list LIMIT 0;
SELECT 1 FROM pragma_page_count LIMIT 0;
SELECT 1 FROM pragma_page_size LIMIT 0;
SELECT 1 FROM pragma_freelist_count LIMIT 0;
SELECT 1 FROM pragma_application_id LIMIT 0;
SELECT 1 FROM pragma_user_version LIMIT 0;
SELECT 1 FROM pragma_encoding LIMIT 0;
-- Our own, without arguments: a table of such a name in a book is no function, and ends the query that asks for one.
SELECT 1 FROM outlying_runs LIMIT 0;
SELECT 1 FROM rule_wins LIMIT 0;
SELECT 1 FROM spectrum_ranks LIMIT 0;
SELECT 1 FROM spectrum_moments LIMIT 0;
SELECT 1 FROM spectrum_means LIMIT 0;
