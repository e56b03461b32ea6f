-- What a book's measurements come to, a sum a line.
SELECT printf('%.17g', sum(error)) FROM runs
UNION ALL
SELECT printf('%.17g', sum(truncation_error)) FROM runs
UNION ALL
SELECT printf('%.17g', sum(variance_captured)) FROM runs;
