// The few routines of LAPACK and BLAS that lorabook calls, as OpenBLAS provides them.
//
// Matrices are column-major, sizes are what LAPACK's manual calls them, and every function returns
// LAPACK's `info`: 0 done, above 0 a numerical failure. The caller checks sizes before: LAPACK's XERBLA
// would stop the process on a bad one.
#ifndef LORABOOK_CLAPACK_H
#define LORABOOK_CLAPACK_H

// Loads OpenBLAS where it is not loaded yet; any thread may call it, and every other function below is for after
// it. Loaded so, and not with the program, because its start costs more than most commands, which need none.
// Returns NULL, or why it cannot be loaded.
const char *lorabook_load_openblas(void);

// Replaces the m-by-n matrix `a`, m <= n, by the m orthonormal rows of Q in A = L·Q (DGELQF, DORGLQ).
// Columns lie `lda` >= m apart.
// `tau` holds m numbers, `work` `lwork`; with lwork = -1 the best lwork is left in work[0].
int lorabook_lq_rows(int m, int n, double *a, int lda, double *tau, double *work, int lwork);

// c := a'·b + beta·c with a k-by-m, b k-by-n, c m-by-n, or a·b where `transposed` is 0 and a m-by-k (DGEMM).
void lorabook_multiply(int transposed, int m, int n, int k, const double *a, int lda, const double *b,
                       int ldb, double beta, double *c);

// The singular values alone of the m-by-n matrix `a`, which is destroyed, in descending order in `s`
// (DGESDD, JOBZ = 'N'). `iwork` holds 8·min(m, n). With lwork = -1 the best lwork is left in work[0].
int lorabook_singular_values(int m, int n, double *a, double *s, double *work, int lwork, int *iwork);

// The same with the first min(m, n) columns of U and rows of V' (DGESDD, JOBZ = 'S').
int lorabook_singular_triples(int m, int n, double *a, double *s, double *u, double *vt, double *work,
                              int lwork, int *iwork);

// How many threads OpenBLAS uses in every later call, whichever thread makes it.
void lorabook_set_blas_threads(int threads);

// OpenBLAS's own description of its build, and of the processor kernels it chose at start.
const char *lorabook_blas_build(void);
const char *lorabook_blas_kernels(void);

#endif
