#' ---
#' title: A spun script
#' author: Ann Lee
#' ---
#'
#' Some *prose*.

x <- 1

#+ plot, echo=FALSE
plot(x)
