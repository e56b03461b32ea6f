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

// A = L·Q of the m-by-n matrix `a`, m <= n, whose columns lie `lda` >= m apart (DGELQF): the reflectors of the
// n-by-n Q replace what is right of the diagonal, and `t`, of block·m numbers, what `block` of them at a time do
// together (DLARFT), 1 <= block <= m. With `lwork` -1 the best size of `work` goes into its first place.
int lorabook_lq(int m, int n, int block, double *a, int lda, double *t, double *work, int lwork);

// c := c·Q, or Q'·c where `on_left`, with the Q of `k` rows that lorabook_lq left in `a` and `t`, c m-by-n with
// columns `ldc` apart (DGEMLQT). `work` holds block·m, or block·n where `on_left`.
int lorabook_multiply_by_q(int on_left, int m, int n, int k, int block, const double *a, int lda,
                           const double *t, double *c, int ldc, double *work);

// c := a'·b + beta·c with a k-by-m, b k-by-n, c m-by-n, or a·b where `transposed` is 0 and a m-by-k (DGEMM).
void lorabook_multiply(int transposed, int m, int n, int k, const double *a, int lda, const double *b,
                       int ldb, double beta, double *c);

// The singular values alone of the m-by-n matrix `a`, which is destroyed, in descending order in `s`
// (DGESDD, JOBZ = 'N'). `iwork` holds 8·min(m, n). With lwork = -1 the best lwork is left in work[0].
int lorabook_singular_values(int m, int n, double *a, double *s, double *work, int lwork, int *iwork);

// The lower half of the n-by-n matrix g := a·a' with a n-by-k, or a'·a with a k-by-n where `of_columns` (DSYRK).
void lorabook_gram(int n, int k, int of_columns, const double *a, int lda, double *g);

// c := g·b − c, of the symmetric n-by-n `g` its lower half alone, b and c with `columns` columns (DSYMM).
void lorabook_multiply_by_symmetric(int n, int columns, const double *g, const double *b, double *c);

// The eigenvalues of the symmetric n-by-n matrix whose lower half is in `g`, which is destroyed, in ascending
// order in `values` (DSYTRD, DSTERF). With lwork = -1 the best lwork is left in work[0]; `work` holds one
// number at least.
int lorabook_symmetric_eigenvalues(int n, double *g, double *values, double *work, int lwork);

// As lorabook_singular_values, with the first min(m, n) columns of U and rows of V' (DGESDD, JOBZ = 'S').
int lorabook_singular_triples(int m, int n, double *a, double *s, double *u, double *vt, double *work,
                              int lwork, int *iwork);

// The upper triangle R (DGEQRF), or the lower triangle L (DGELQF), of the m-by-n matrix `a`, in its place; below, or
// right of it, is what is of no use here. With lwork = -1 the best lwork is left in work[0].
int lorabook_r(int m, int n, double *a, double *work, int lwork);
int lorabook_l(int m, int n, double *a, double *work, int lwork);

// As lorabook_r, of the columns in an order by which the diagonal of R falls (DGEQP3): column j of R is column
// pivots[j] of `a`, counted from 1.
int lorabook_pivoted_r(int m, int n, double *a, int *pivots, double *work, int lwork);

// The singular values of the m-by-n matrix `a`, m >= n, by one-sided Jacobi rotations of its columns (DGESVJ): `scale`
// times those in `s`, in descending order, each nearly as accurate beside itself as the columns are beside their
// norms. `a` is destroyed; `work` holds max(6, m + n).
int lorabook_jacobi_singular_values(int m, int n, double *a, double *s, double *scale, double *work, int lwork);

// The R of the matrix that has the n-by-n triangle `r` above the `rows`-by-n `b`, in the place of `r` (DTPQRT); `b` is
// destroyed. 1 <= block <= n; `t` and `work` hold block·n.
int lorabook_update_r(int n, int rows, int block, double *r, double *b, double *t, double *work);

// Reduces the m-by-n matrix `a`, m >= n, by reflections from both sides to a band of the same singular values: the
// diagonal and `width` diagonals above it; elsewhere `a` then holds the reflections (Großer & Lang 1999, "Efficient
// parallel reduction to bidiagonal form", Parallel Computing 25). `t` holds width², `work` width·m.
int lorabook_band(int m, int n, int width, double *a, double *t, double *work);

// The singular values of an n-by-n band, in descending order in `s`: reflections within the band chase what is beside
// two diagonals out of it (the same paper), and DLASQ1 finds those of the two. Of column j `band` holds the rows
// j - 2·width … j + width, and is destroyed; `work` holds 5·n or 4·width, the larger, and width >= 2.
int lorabook_band_singular_values(int n, int width, double *band, double *s, double *work);

// c := alpha·op(a)·op(b) + beta·c with op(a) m-by-k, op(b) k-by-n, c m-by-n; op transposes where told to (DGEMM).
void lorabook_combine(int a_transposed, int b_transposed, int m, int n, int k, double alpha, const double *a, int lda,
                      const double *b, int ldb, double beta, double *c, int ldc);

// A = Q·R of the m-by-n matrix `a`, m >= n (DGEQRF): R replaces its upper triangle. With lwork = -1 the best lwork
// is left in work[0], here and in the next two.
int lorabook_qr(int m, int n, double *a, double *tau, double *work, int lwork);

// The same with columns exchanged, so that R's diagonal falls (DGEQP3); `pivots` holds n zeros, `tau` min(m, n).
int lorabook_pivoted_qr(int m, int n, double *a, int *pivots, double *tau, double *work, int lwork);

// The first `count` columns of the Q that either of them left in the m-row matrix `a` (DORGQR).
int lorabook_form_q(int m, int count, double *a, const double *tau, double *work, int lwork);

// G = L·L' of the symmetric n-by-n matrix, its lower half alone, which L replaces (DPOTRF); above 0 where G is not
// positive definite.
int lorabook_cholesky(int n, double *g);

// b := b·L'^-1 of the m-by-n matrix `b` and the n-by-n L of lorabook_cholesky (DTRSM).
void lorabook_divide_by_cholesky(int m, int n, const double *l, double *b);

// The eigenvalues, ascending in `diagonal`, and eigenvectors, columns `stride` apart, of a symmetric tridiagonal matrix
// (DSTEV). `work` holds 2n.
int lorabook_tridiagonal_eigenvectors(int n, double *diagonal, double *off_diagonal, double *vectors, int stride,
                                      double *work);

// How many threads OpenBLAS uses in every later call, whichever thread makes it.
void lorabook_set_blas_threads(int threads);

// OpenBLAS's own description of its build, and of the processor kernels it chose at start.
const char *lorabook_blas_build(void);
const char *lorabook_blas_kernels(void);

#endif
