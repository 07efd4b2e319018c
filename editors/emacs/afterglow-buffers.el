;;; afterglow-buffers.el --- Buffers: what the server knows of them, and hints -*- lexical-binding: t; -*-

;; Copyright 2026 The Afterglow authors
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Invariant: no text of a buffer is sent, only which lines changed; hints are overlays, and never text.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'afterglow-client)
(require 'afterglow-text)

(defcustom afterglow-hints t
  "Whether an outcome that has a place in the code is shown at its line."
  :type 'boolean
  :group 'afterglow)

(defface afterglow-hint '((t :inherit shadow :slant italic))
  "Hints at the end of a line of code."
  :group 'afterglow)

(defconst afterglow--gather-seconds 0.05 "How long edits are gathered before they are told.")
(defconst afterglow--least-columns 20 "A hint is not cut shorter than that; its line wraps.")
(defconst afterglow--most-edits 100 "More edits at once are told as a new document.")

(defvar-local afterglow--uri nil "By which the server knows this buffer, nil where it does not.")
(defvar-local afterglow--version 0)
(defvar-local afterglow--edits nil "Edits that the server was not told yet, newest first.")
(defvar-local afterglow--gathering nil "The timer that will tell them.")
(defvar-local afterglow--before nil "Region and lines of the change under way: (BEG END FIRST LAST BOL EOL).")
(defvar-local afterglow--dirty nil "Whether there were edits since the buffer and its file were the same.")
(defvar-local afterglow--reverting nil)

;;;; Documents

(defun afterglow--root ()
  "The repository of this buffer's file, nil for none."
  (and buffer-file-name
       (not (file-remote-p buffer-file-name))
       (locate-dominating-file buffer-file-name ".git")))

(defun afterglow--opened ()
  "A file was visited: its repository has a server from now on."
  (when-let ((root (afterglow--root)))
    (let ((root (directory-file-name (expand-file-name root))))
      (unless (member root afterglow--folders)
        (setq afterglow--folders (append afterglow--folders (list root)))
        (afterglow--notify 'workspace/didChangeWorkspaceFolders
                           (list :event (list :added (vector (afterglow--folder root)) :removed [])))))
    (cond (afterglow--ready (afterglow--open (current-buffer)))
          ((not (or afterglow--connection afterglow--problem)) (afterglow--start)))))

(defun afterglow--open (buffer)
  "Tell the server of BUFFER, if it visits a file of a repository."
  (with-current-buffer buffer
    (when (and (afterglow--root) (not afterglow--uri))
      (setq afterglow--uri (afterglow--uri-of buffer-file-name)
            afterglow--edits nil
            afterglow--dirty nil)
      (afterglow--notify 'textDocument/didOpen
                         (list :textDocument (list :uri afterglow--uri :languageId (symbol-name major-mode)
                                                   :version (cl-incf afterglow--version) :text "")))
      (add-hook 'before-change-functions #'afterglow--before-change nil t)
      (add-hook 'after-change-functions #'afterglow--after-change nil t)
      (add-hook 'after-save-hook #'afterglow--saved nil t)
      (add-hook 'before-revert-hook #'afterglow--before-revert nil t)
      (add-hook 'after-revert-hook #'afterglow--after-revert nil t)
      (add-hook 'kill-buffer-hook #'afterglow--close nil t)
      (add-hook 'change-major-mode-hook #'afterglow--close nil t))))

(defun afterglow--close ()
  "Tell the server that this buffer is closed."
  (when afterglow--uri
    (afterglow--notify 'textDocument/didClose (list :textDocument (list :uri afterglow--uri)))
    (afterglow--leave)))

(defun afterglow--leave ()
  "Forget this buffer."
  (setq afterglow--uri nil)
  (afterglow--wipe)
  (remove-hook 'before-change-functions #'afterglow--before-change t)
  (remove-hook 'after-change-functions #'afterglow--after-change t)
  (remove-hook 'after-save-hook #'afterglow--saved t)
  (remove-hook 'before-revert-hook #'afterglow--before-revert t)
  (remove-hook 'after-revert-hook #'afterglow--after-revert t)
  (remove-hook 'kill-buffer-hook #'afterglow--close t)
  (remove-hook 'change-major-mode-hook #'afterglow--close t))

(defun afterglow--saved ()
  "The buffer was saved."
  (afterglow--tell-edits (current-buffer))
  (setq afterglow--dirty nil)
  (afterglow--notify 'textDocument/didSave (list :textDocument (list :uri afterglow--uri))))

(defun afterglow--before-revert ()
  "The buffer is about to be read again: that is no edit."
  (afterglow--tell-edits (current-buffer))
  (setq afterglow--reverting t))

(defun afterglow--after-revert ()
  "The buffer is its file again."
  (setq afterglow--reverting nil)
  (when afterglow--dirty
    (afterglow--close)
    (afterglow--open (current-buffer)))
  (afterglow--ask-hints))

(defun afterglow--before-change (beg end)
  "Note which lines BEG to END are, before they change."
  (unless afterglow--reverting
    (save-excursion
      (setq afterglow--before
            (list beg end (1- (line-number-at-pos beg t)) (1- (line-number-at-pos end t))
                  (progn (goto-char beg) (bolp)) (progn (goto-char end) (bolp)))))))

(defun afterglow--after-change (beg end old)
  "Note that lines were replaced: BEG to END is new, and was OLD characters long."
  (unless (or afterglow--reverting (null afterglow--before))
    ;; What was announced may be more than what changed, and may change in several steps.
    (pcase-let* ((`(,first ,last ,from ,to ,bol ,eol) afterglow--before)
                 (last (+ last (- end beg old)))
                 (text (save-restriction (widen) (buffer-substring-no-properties first (max first last))))
                 (added (cl-count ?\n text))
                 (whole (or (string-empty-p text) (string-suffix-p "\n" text))))
      (push (list :range (list :start (list :line from :character (if bol 0 1))
                               :end (list :line to :character (if eol 0 1)))
                  ;; As many line breaks, and nothing that was typed.
                  :text (concat (make-string added ?\n) (if whole "" " ")))
            afterglow--edits)
      (setq afterglow--before (list first last from (+ from added) bol (and whole (or bol (> added 0)) eol))
            afterglow--dirty t)
      (unless afterglow--gathering
        (setq afterglow--gathering
              (run-with-timer afterglow--gather-seconds nil #'afterglow--tell-edits (current-buffer)))))))

(defun afterglow--tell-edits (buffer)
  "Tell the server the gathered edits of BUFFER."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (when afterglow--gathering
        (cancel-timer afterglow--gathering)
        (setq afterglow--gathering nil))
      (when (and afterglow--uri afterglow--edits)
        (afterglow--notify
         'textDocument/didChange
         (list :textDocument (list :uri afterglow--uri :version (cl-incf afterglow--version))
               :contentChanges (if (nthcdr afterglow--most-edits afterglow--edits)
                                   (vector (list :text ""))
                                 (vconcat (reverse afterglow--edits))))))
      (setq afterglow--edits nil))))

;;;; Hints

(defun afterglow--ask-hints ()
  "Ask where a hint belongs, for each buffer that the server knows."
  (when afterglow-hints
    (dolist (buffer (buffer-list))
      (with-current-buffer buffer
        (when afterglow--uri
          (afterglow--tell-edits buffer)
          (afterglow--request
           'textDocument/inlayHint
           (list :textDocument (list :uri afterglow--uri)
                 :range (list :start '(:line 0 :character 0)
                              :end (list :line (1+ (line-number-at-pos (1+ (buffer-size)) t)) :character 0)))
           (lambda (hints) (afterglow--place-hints buffer hints))))))))

(defun afterglow--place-hints (buffer hints)
  "Show HINTS, and nothing else of ours, in BUFFER."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (afterglow--wipe)
      (when afterglow--uri
        (seq-do #'afterglow--place-hint hints)))))

(defun afterglow--place-hint (hint)
  "Show HINT at the end of its line, if there is one."
  (let ((line (plist-get (plist-get hint :position) :line))
        (text (afterglow--one-line (plist-get hint :label))))
    (when (and (natnump line) (not (string-empty-p text)))
      (save-excursion
        (save-restriction
          (widen)
          (goto-char (point-min))
          (when (and (zerop (forward-line line)) (or (bolp) (not (eobp))))
            (end-of-line)
            (let ((overlay (make-overlay (point) (point) nil t nil))
                  (shown (concat " " (propertize (afterglow--fitting text) 'face 'afterglow-hint))))
              ;; The cursor at the end of the line stays before the hint.
              (put-text-property 0 1 'cursor t shown)
              (overlay-put overlay 'afterglow t)
              (overlay-put overlay 'after-string shown))))))))

(defun afterglow--fitting (text)
  "TEXT as far as the window has room after point; whole if that is little."
  (let* ((window (get-buffer-window nil t))
         (room (- (if window (window-max-chars-per-line window) afterglow--columns) (current-column) 2)))
    (if (< room afterglow--least-columns)
        text
      (truncate-string-to-width text room nil nil "…"))))

(defun afterglow--wipe ()
  "Take the hints of this buffer away."
  (save-restriction
    (widen)
    (remove-overlays nil nil 'afterglow t)))

(provide 'afterglow-buffers)

;;; afterglow-buffers.el ends here
