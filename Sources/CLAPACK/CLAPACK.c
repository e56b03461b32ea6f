#include "CLAPACK.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

// The name under which every Linux system has OpenBLAS.
#define LIBRARY "libopenblas.so.0"

// Fortran's own entry points: lengths of character arguments follow as size_t (gfortran's convention).
static void (*dgelqf_)(const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
                       const int *lwork, int *info);
static void (*dorglq_)(const int *m, const int *n, const int *k, double *a, const int *lda,
                       const double *tau, double *work, const int *lwork, int *info);
static void (*dgesdd_)(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s,
                       double *u, const int *ldu, double *vt, const int *ldvt, double *work,
                       const int *lwork, int *iwork, int *info, size_t jobz_length);
static void (*dgemm_)(const char *transa, const char *transb, const int *m, const int *n, const int *k,
                      const double *alpha, const double *a, const int *lda, const double *b,
                      const int *ldb, const double *beta, double *c, const int *ldc,
                      size_t transa_length, size_t transb_length);
static void (*openblas_set_num_threads)(int threads);
static char *(*openblas_get_config)(void);
static char *(*openblas_get_corename)(void);

static const char *failure;

static void load(void) {
  static const struct {
    const char *name;
    void **place;
  } symbols[] = {
      {"dgelqf_", (void **)&dgelqf_},
      {"dorglq_", (void **)&dorglq_},
      {"dgesdd_", (void **)&dgesdd_},
      {"dgemm_", (void **)&dgemm_},
      {"openblas_set_num_threads", (void **)&openblas_set_num_threads},
      {"openblas_get_config", (void **)&openblas_get_config},
      {"openblas_get_corename", (void **)&openblas_get_corename},
  };
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    failure = dlerror();
    return;
  }
  for (size_t index = 0; index < sizeof symbols / sizeof *symbols; index++) {
    *symbols[index].place = dlsym(library, symbols[index].name);
    if (!*symbols[index].place) {
      failure = LIBRARY " is no OpenBLAS with LAPACK";
      return;
    }
  }
}

const char *lorabook_load_openblas(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return failure;
}

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
