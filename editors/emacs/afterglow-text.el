;;; afterglow-text.el --- Text made fit for one line of a screen -*- lexical-binding: t; -*-

;; Copyright 2026 The Afterglow authors
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; The second lock on a door that the server has shut already.
;; Invariant: what leaves `afterglow--one-line' has no line break, no control, format, private or unassigned
;; character, no filler that draws nothing, and at most so many columns.

;;; Code:

(require 'subr-x)

(defconst afterglow--columns 120)

(defconst afterglow--escapes
  (concat "\\(?:\e\\]\\|\u009d\\)[^\a\e\u009c]*\\(?:\a\\|\e\\\\\\|\u009c\\)"
          "\\|\\(?:\e[PX^_]\\|[\u0090\u0098\u009e\u009f]\\)[^\e\u009c]*\\(?:\e\\\\\\|\u009c\\)"
          "\\|\\(?:\e\\[\\|\u009b\\)[0-?]*[ -/]*[@-~]"
          "\\|\e[ -/]*[0-~]"))

(defconst afterglow--invisible
  (append '(#x34f #x115f #x1160 #x17b4 #x17b5 #x180b #x180c #x180d #x180f #x2800 #x3164 #xffa0 #x1d159)
          (number-sequence #xfe00 #xfe0d)))

(defun afterglow--one-line (text &optional limit)
  "TEXT as one clean line of at most LIMIT columns; \"\" for what is no text."
  (if (not (stringp text))
      ""
    (let* ((seen (substring-no-properties text 0 (min (length text) 4096)))
           (made (mapcar #'afterglow--character (replace-regexp-in-string afterglow--escapes "" seen))))
      (truncate-string-to-width
       (string-join (split-string (apply #'string (delq nil made)) " +" t) " ")
       (or limit afterglow--columns) nil nil "…"))))

(defun afterglow--character (character)
  "CHARACTER as it may be shown: itself, a space, or nil."
  (let ((category (get-char-code-property character 'general-category)))
    (cond ((memq character '(?\t ?\n ?\v ?\f ?\r #x1c #x1d #x1e #x1f #x85)) ?\s)
          ((memq category '(Zs Zl Zp)) ?\s)
          ((or (memq category '(Cc Cf Cs Co Cn nil))
               (memq character afterglow--invisible)
               (<= #xe0100 character #xe01ef))
           nil)
          (t character))))

(provide 'afterglow-text)

;;; afterglow-text.el ends here
