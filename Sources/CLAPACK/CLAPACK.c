#include "CLAPACK.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// The name under which every Linux system has OpenBLAS.
#define LIBRARY "libopenblas.so.0"
#define THREADS "OPENBLAS_NUM_THREADS"

// Fortran's own entry points: lengths of character arguments follow as size_t (gfortran's convention).
static void (*dgelqf_)(const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
                       const int *lwork, int *info);
static void (*dlarft_)(const char *direct, const char *storev, const int *n, const int *k, const double *v,
                       const int *ldv, const double *tau, double *t, const int *ldt, size_t direct_length,
                       size_t storev_length);
static void (*dgemlqt_)(const char *side, const char *trans, const int *m, const int *n, const int *k,
                        const int *mb, const double *v, const int *ldv, const double *t, const int *ldt,
                        double *c, const int *ldc, double *work, int *info, size_t side_length,
                        size_t trans_length);
static void (*dgesdd_)(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s,
                       double *u, const int *ldu, double *vt, const int *ldvt, double *work,
                       const int *lwork, int *iwork, int *info, size_t jobz_length);
static void (*dgemm_)(const char *transa, const char *transb, const int *m, const int *n, const int *k,
                      const double *alpha, const double *a, const int *lda, const double *b,
                      const int *ldb, const double *beta, double *c, const int *ldc,
                      size_t transa_length, size_t transb_length);
static void (*dsyrk_)(const char *uplo, const char *trans, const int *n, const int *k, const double *alpha,
                      const double *a, const int *lda, const double *beta, double *c, const int *ldc,
                      size_t uplo_length, size_t trans_length);
static void (*dsymm_)(const char *side, const char *uplo, const int *m, const int *n, const double *alpha,
                      const double *a, const int *lda, const double *b, const int *ldb, const double *beta,
                      double *c, const int *ldc, size_t side_length, size_t uplo_length);
static void (*dsytrd_)(const char *uplo, const int *n, double *a, const int *lda, double *d, double *e,
                       double *tau, double *work, const int *lwork, int *info, size_t uplo_length);
static void (*dsterf_)(const int *n, double *d, double *e, int *info);
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
      {"dlarft_", (void **)&dlarft_},
      {"dgemlqt_", (void **)&dgemlqt_},
      {"dgesdd_", (void **)&dgesdd_},
      {"dgemm_", (void **)&dgemm_},
      {"dsyrk_", (void **)&dsyrk_},
      {"dsymm_", (void **)&dsymm_},
      {"dsytrd_", (void **)&dsytrd_},
      {"dsterf_", (void **)&dsterf_},
      {"openblas_set_num_threads", (void **)&openblas_set_num_threads},
      {"openblas_get_config", (void **)&openblas_get_config},
      {"openblas_get_corename", (void **)&openblas_get_corename},
  };
  // OpenBLAS starts as many threads as there are cores, which spin before they sleep. One is all that most
  // shapes use; openblas_set_num_threads starts the others when a large one comes.
  const char *asked = getenv(THREADS);
  char *before = asked ? strdup(asked) : NULL;
  setenv(THREADS, "1", 1);
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (before) {
    setenv(THREADS, before, 1);
  } else {
    unsetenv(THREADS);
  }
  free(before);
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

int lorabook_lq(int m, int n, int block, double *a, int lda, double *t, double *work, int lwork) {
  int info = 0;
  double *tau = work;
  int length = lwork < 0 ? -1 : lwork - m;
  dgelqf_(&m, &n, a, &lda, tau, lwork < 0 ? work : work + m, &length, &info);
  if (lwork < 0) {
    work[0] += m;
    return info;
  }
  // The triangles of DGELQT, which finds both and takes twice as long for small matrices.
  for (int first = 0; info == 0 && first < m; first += block) {
    int count = block < m - first ? block : m - first;
    int length_of_rows = n - first;
    dlarft_("F", "R", &length_of_rows, &count, a + first + (size_t)first * lda, &lda, tau + first,
            t + (size_t)first * block, &block, 1, 1);
  }
  return info;
}

int lorabook_multiply_by_q(int on_left, int m, int n, int k, int block, const double *a, int lda,
                           const double *t, double *c, int ldc, double *work) {
  int info = 0;
  dgemlqt_(on_left ? "L" : "R", on_left ? "T" : "N", &m, &n, &k, &block, a, &lda, t, &block, c, &ldc, work,
           &info, 1, 1);
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

void lorabook_gram(int n, int k, int of_columns, const double *a, int lda, double *g) {
  double one = 1;
  double zero = 0;
  dsyrk_("L", of_columns ? "T" : "N", &n, &k, &one, a, &lda, &zero, g, &n, 1, 1);
}

void lorabook_multiply_by_symmetric(int n, int columns, const double *g, const double *b, double *c) {
  double one = 1;
  double minus = -1;
  dsymm_("L", "L", &n, &columns, &one, g, &n, b, &n, &minus, c, &n, 1, 1);
}

int lorabook_symmetric_eigenvalues(int n, double *g, double *values, double *work, int lwork) {
  int info = 0;
  double *off_diagonal = work + n;
  double *rest = work + 2 * (size_t)n;
  int length = lwork < 0 ? -1 : lwork - 2 * n;
  dsytrd_("L", &n, g, &n, values, off_diagonal, work, lwork < 0 ? work : rest, &length, &info, 1);
  if (lwork < 0) {
    work[0] += 2 * (double)n;
    return info;
  }
  if (info == 0) dsterf_(&n, values, off_diagonal, &info);
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
