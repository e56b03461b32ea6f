#include "CLAPACK.h"

#include <stddef.h>

// Fortran's own entry points: lengths of character arguments follow as size_t (gfortran's convention).
extern void dgelqf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
                    const int *lwork, int *info);
extern void dorglq_(const int *m, const int *n, const int *k, double *a, const int *lda,
                    const double *tau, double *work, const int *lwork, int *info);
extern void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s,
                    double *u, const int *ldu, double *vt, const int *ldvt, double *work,
                    const int *lwork, int *iwork, int *info, size_t jobz_length);
extern void dgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k,
                   const double *alpha, const double *a, const int *lda, const double *b,
                   const int *ldb, const double *beta, double *c, const int *ldc, size_t transa_length,
                   size_t transb_length);
extern void openblas_set_num_threads(int threads);
extern char *openblas_get_config(void);
extern char *openblas_get_corename(void);

int lorabook_lq_rows(int m, int n, double *a, int lda, double *tau, double *work, int lwork) {
  int info = 0;
  dgelqf_(&m, &n, a, &lda, tau, work, &lwork, &info);
  if (info != 0) return info;
  double best = work[0];
  dorglq_(&m, &n, &m, a, &lda, tau, work, &lwork, &info);
  if (work[0] < best) work[0] = best;
  return info;
}

void lorabook_multiply(int transposed, int m, int n, int k, const double *a, int lda, const double *b,
                       int ldb, double beta, double *c) {
  double one = 1;
  dgemm_(transposed ? "T" : "N", "N", &m, &n, &k, &one, a, &lda, b, &ldb, &beta, c, &m, 1, 1);
}

int lorabook_singular_values(int m, int n, double *a, double *s, double *work, int lwork, int *iwork) {
  int info = 0;
  int one = 1;
  double none = 0;
  dgesdd_("N", &m, &n, a, &m, s, &none, &one, &none, &one, work, &lwork, iwork, &info, 1);
  return info;
}

int lorabook_singular_triples(int m, int n, double *a, double *s, double *u, double *vt, double *work,
                              int lwork, int *iwork) {
  int info = 0;
  int span = m < n ? m : n;
  dgesdd_("S", &m, &n, a, &m, s, u, &m, vt, &span, work, &lwork, iwork, &info, 1);
  return info;
}

void lorabook_set_blas_threads(int threads) { openblas_set_num_threads(threads); }

const char *lorabook_blas_build(void) { return openblas_get_config(); }

const char *lorabook_blas_kernels(void) { return openblas_get_corename(); }
