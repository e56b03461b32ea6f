SELECT DISTINCT name FROM pragma_function_list;
