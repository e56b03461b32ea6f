#include "CBoostMath.h"

// Errors come back as NaN: an exception must not cross into C, and errno nobody reads.
#define BOOST_MATH_DOMAIN_ERROR_POLICY ignore_error
#define BOOST_MATH_POLE_ERROR_POLICY ignore_error
#define BOOST_MATH_OVERFLOW_ERROR_POLICY ignore_error
#define BOOST_MATH_EVALUATION_ERROR_POLICY ignore_error
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

double lorabook_student_t_quantile(double degrees, double p) {
  if (!(degrees > 0) || !(p > 0 && p < 1)) return std::numeric_limits<double>::quiet_NaN();
  return boost::math::quantile(boost::math::students_t_distribution<double>(degrees), p);
}

double lorabook_non_central_t_cdf(double degrees, double shift, double t) {
  if (!(degrees > 0) || !(shift >= 0) || !std::isfinite(degrees) || !std::isfinite(shift) ||
      !std::isfinite(t))
    return std::numeric_limits<double>::quiet_NaN();
  return boost::math::cdf(boost::math::non_central_t_distribution<double>(degrees, shift), t);
}
