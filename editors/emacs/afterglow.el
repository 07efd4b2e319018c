;;; afterglow.el --- One short line when there is something to tell -*- lexical-binding: t; -*-

;; Copyright 2026 The Afterglow authors
;; SPDX-License-Identifier: Apache-2.0
;; Author: The Afterglow authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "30.1"))
;; Keywords: convenience, tools

;;; Commentary:

;; Afterglow notices when tests, builds and commits end, and says one short line when one is welcome: in the
;; echo area and the mode line, and at the end of the line of code that it is about.
;;
;; `afterglow-mode' starts the program `afterglow' with the first file of a git repository.  It has a connection
;; of its own, beside whatever language client a buffer has.
;;
;; Invariant: no text of a buffer is sent, only which lines changed; a server that dies or cannot start makes
;; no message (`afterglow-menu' says what happened); what is shown was cleaned here.

;;; Code:

(require 'afterglow-buffers)
(require 'afterglow-client)
(require 'afterglow-text)
(require 'cl-lib)
(require 'seq)
(require 'subr-x)

(defvar compilation-arguments)

;;;; What the user sets

(defgroup afterglow nil
  "One short line when there is something to tell."
  :group 'tools
  :prefix "afterglow-")

(defcustom afterglow-show 'both
  "Where a line is shown."
  :type '(choice (const :tag "echo area and mode line" both)
                 (const :tag "echo area" echo)
                 (const :tag "mode line" mode-line)))

(defcustom afterglow-report t
  "Whether the front file, the focus and the ends of compilations are reported."
  :type 'boolean)

(defface afterglow-line '((t :inherit mode-line-emphasis)) "Lines in the mode line.")

(defconst afterglow--answer-seconds 8 "How long an answer to a command stands in the mode line.")
(defconst afterglow--reading-seconds 3 "How long another message may stand before a line takes its place.")
(defconst afterglow--modes '("off" "quiet" "normal" "chatty"))
(defvar afterglow--token nil "The token that was shown last.")
(defvar afterglow--line "" "The line that is shown now.")
(defvar afterglow--ending nil "The timer that ends it.")
(defvar-local afterglow--began nil "When the compilation of this buffer began.")

;;;; The line

(defun afterglow--show-token (token)
  "Show the line of TOKEN."
  (setq afterglow--token token)
  (let ((ttl (plist-get token :ttlMs)))
    (afterglow--show (plist-get token :response) (and (numberp ttl) (> ttl 0) (/ ttl 1000.0)))))

(defun afterglow--show (text seconds)
  "Show TEXT for SECONDS; nil: until the next."
  (afterglow--end)
  (setq afterglow--line (afterglow--one-line text))
  (when (and seconds (not (string-empty-p afterglow--line)))
    (setq afterglow--ending (run-with-timer seconds nil #'afterglow--clear)))
  (when (memq afterglow-show '(both echo))
    (afterglow--echo afterglow--line))
  (force-mode-line-update t))

(defun afterglow--echo (text)
  "Show TEXT in the echo area, unless somebody is busy there.
*Messages* does not get it."
  (unless (or (string-empty-p text) (active-minibuffer-window) cursor-in-echo-area
              ;; What else stands there was there to be read for as long.
              (and (current-message)
                   (time-less-p (or (current-idle-time) 0) afterglow--reading-seconds)))
    (let ((message-log-max nil))
      (message "%s" (truncate-string-to-width text (max 10 (1- (frame-width))) nil nil "…")))))

(defun afterglow--say (text)
  "Answer a command with TEXT."
  (let ((message-log-max nil))
    (message nil))
  (afterglow--show text afterglow--answer-seconds))

(defun afterglow--end ()
  "Forget when the line ends."
  (when afterglow--ending
    (cancel-timer afterglow--ending)
    (setq afterglow--ending nil)))

(defun afterglow--clear ()
  "Take the line away."
  (afterglow--end)
  (when (equal (current-message) afterglow--line)
    (message nil))
  (setq afterglow--line "")
  (force-mode-line-update t))

(defun afterglow--mode-line ()
  "The line for the mode line; a % in it is no construct."
  (if (or (string-empty-p afterglow--line) (eq afterglow-show 'echo))
      ""
    (concat "  " (propertize (string-replace "%" "%%" afterglow--line) 'face 'afterglow-line))))

;;;; What is reported

(defun afterglow--event (kind &rest event)
  "Report EVENT of KIND."
  (when afterglow-report
    (afterglow--notify 'afterglow/event (cl-list* :kind kind event))))

(defun afterglow--report-focus (&rest _)
  "Report which file is in front, and whether Emacs is."
  (let ((uri (buffer-local-value 'afterglow--uri (window-buffer (selected-window))))
        ;; A terminal that does not tell counts as in front.
        (focused (if (seq-some #'frame-focus-state (frame-list)) t :json-false)))
    (afterglow--event "focus" :data (if uri (list :focused focused :uri uri) (list :focused focused)))))

(defun afterglow--compilation-began (_process)
  "A compilation begins."
  (setq afterglow--began (float-time)))

(defun afterglow--compilation-ended (buffer message)
  "Report how the compilation of BUFFER ended.
MESSAGE is what compile tells of its end."
  (with-current-buffer buffer
    (let ((command (car-safe compilation-arguments)))
      (when (and (stringp command) (not (derived-mode-p 'grep-mode)))
        (apply #'afterglow--event "command"
               :commandLine command
               :workspace (afterglow--uri-of default-directory)
               (append (when afterglow--began
                         (list :durationMs (round (* 1000 (- (float-time) afterglow--began)))))
                       (afterglow--outcome message)))))))

(defun afterglow--outcome (message)
  "What MESSAGE of a compilation's end proves."
  (cond ((string-prefix-p "finished" message) '(:exitCode 0))
        ((string-match "exited abnormally with code \\([0-9]+\\)" message)
         (list :exitCode (string-to-number (match-string 1 message))))
        ((string-match-p "interrupt\\|terminated\\|killed" message) '(:status "cancelled"))
        (t '(:status "unknown"))))

;;;; Commands

(defun afterglow--check ()
  "Signal a `user-error' with the reason where there is no server."
  (unless afterglow--ready
    (user-error "%s" (cond (afterglow--problem (concat "Afterglow: " afterglow--problem))
                           (afterglow--connection "Afterglow is starting; ask again in a moment")
                           (t "Afterglow starts with the first file of a git repository")))))

;;;###autoload
(defun afterglow-menu ()
  "Choose one of the commands of Afterglow."
  (interactive)
  (afterglow--check)
  (let* ((choices '(("Another line" . afterglow-next)
                    ("Why this line, or why none" . afterglow-why)
                    ("Rate the last line" . afterglow-rate)
                    ("The last lines" . afterglow-last)
                    ("Quiet for an hour" . afterglow-quiet)
                    ("How much is said" . afterglow-choose-mode)
                    ("A note for the next session" . afterglow-note)))
         (prompt (format "Afterglow (%s): " (afterglow--one-line (plist-get afterglow--status :mode) 10)))
         (chosen (completing-read prompt choices nil t)))
    (when-let ((command (cdr (assoc chosen choices))))
      (call-interactively command))))

(defun afterglow-next ()
  "Another line."
  (interactive)
  (afterglow--check)
  (afterglow--request 'afterglow/next (afterglow--object)
                      (lambda (token)
                        (message nil)
                        (if token (afterglow--show-token token) (afterglow--say "Nothing to say just now.")))))

(defun afterglow-why ()
  "Why the last line came, or why none did."
  (interactive)
  (afterglow--check)
  (let ((id (plist-get afterglow--token :id)))
    (afterglow--request 'afterglow/explain (if id (list :id id) (afterglow--object)) #'afterglow--explain)))

(defun afterglow--explain (found)
  "Show FOUND, an answer of afterglow/explain."
  (let ((event (plist-get found :event))
        (token (plist-get found :token)))
    (afterglow--window
     (append (list (if token (plist-get token :response) "No line.")
                   (format "Reason: %s" (plist-get found :reason)))
             (when (eq (plist-get token :byModel) t)
               (list "The warm words are written by a model."))
             (when event
               (list (format "About: %s %s %s" (plist-get event :kind) (or (plist-get event :label) "")
                             (or (plist-get event :status) ""))))
             (cl-loop for gate across (or (plist-get found :gates) [])
                      unless (eq (plist-get gate :pass) t)
                      collect (format "Against it: %s" (plist-get gate :reason)))))))

(defun afterglow-rate (score)
  "Rate the last line with SCORE, 1 (never again) to 5 (more like this)."
  (interactive "nRate the last line, 1 (never again) to 5: ")
  (afterglow--check)
  (let ((id (plist-get afterglow--token :id)))
    (cond ((not id) (user-error "No line was shown here yet"))
          ((not (memq score '(1 2 3 4 5))) (user-error "1 to 5"))
          (t (afterglow--run "afterglow.feedback" (list :id id :score score)
                             (lambda (_) (afterglow--say (format "Rated %d." score))))))))

(defun afterglow-last ()
  "The last lines."
  (interactive)
  (afterglow--check)
  (afterglow--request 'afterglow/snapshot (afterglow--object)
                      (lambda (seen)
                        (let ((tokens (append (plist-get seen :last) nil)))
                          (afterglow--window (if tokens (mapcar (lambda (token) (plist-get token :response)) tokens)
                                               '("None yet.")))))))

(defun afterglow-quiet (minutes)
  "Say nothing for MINUTES, by the prefix argument; 60 without one, 0 ends it."
  (interactive (list (if current-prefix-arg (prefix-numeric-value current-prefix-arg) 60)))
  (afterglow--check)
  (afterglow--run "afterglow.dnd" (list :minutes minutes)
                  (lambda (answer)
                    (let ((until (plist-get answer :until)))
                      (afterglow--say (if (stringp until)
                                          (format-time-string "Quiet until %H:%M." (date-to-time until))
                                        "Lines may come again."))))))

(defun afterglow-choose-mode (mode)
  "Choose how much is said, in every window and for good.
MODE is off, quiet, normal or chatty."
  (interactive (list (completing-read (format "Mode (now %s): " (plist-get afterglow--status :mode))
                                      afterglow--modes nil t)))
  (afterglow--check)
  (afterglow--run "afterglow.mode" (list :mode mode)
                  (lambda (answer) (afterglow--say (format "Mode: %s." (plist-get answer :mode))))))

(defun afterglow-note (text)
  "Keep TEXT: the next session here begins with it."
  (interactive "sA note for the next session: ")
  (afterglow--check)
  (afterglow--run "afterglow.note" (list :text text)
                  (lambda (_) (afterglow--say "Kept for the next session here."))))

(defun afterglow-restart ()
  "Start the server afresh."
  (interactive)
  (afterglow--stop)
  (setq afterglow--starts nil
        afterglow--problem nil)
  (when afterglow--folders
    (afterglow--start)))

(defun afterglow--window (lines)
  "Show LINES in a small window that q closes."
  (with-current-buffer (get-buffer-create "*afterglow*")
    (let ((inhibit-read-only t))
      (erase-buffer)
      (dolist (line (delete "" (mapcar #'afterglow--one-line lines)))
        (insert line "\n")))
    (goto-char (point-min))
    (special-mode)
    (pop-to-buffer (current-buffer)
                   '((display-buffer-reuse-window display-buffer-at-bottom)
                     (window-height . fit-window-to-buffer)))))

;;;; The mode

(defconst afterglow--construct '(:eval (afterglow--mode-line)))

;;;###autoload
(define-minor-mode afterglow-mode
  "Show one short line when there is something to tell."
  :global t
  (if afterglow-mode
      (progn
        (add-hook 'find-file-hook #'afterglow--opened)
        (add-hook 'window-buffer-change-functions #'afterglow--report-focus)
        (add-hook 'window-selection-change-functions #'afterglow--report-focus)
        (add-hook 'compilation-start-hook #'afterglow--compilation-began)
        (add-hook 'compilation-finish-functions #'afterglow--compilation-ended)
        (add-hook 'kill-emacs-hook #'afterglow--stop)
        (add-hook 'after-change-major-mode-hook #'afterglow--opened)
        (add-function :after after-focus-change-function #'afterglow--report-focus)
        (add-to-list 'mode-line-misc-info afterglow--construct t)
        (setq afterglow--problem nil)
        (dolist (buffer (buffer-list))
          (with-current-buffer buffer
            (afterglow--opened))))
    (remove-hook 'find-file-hook #'afterglow--opened)
    (remove-hook 'window-buffer-change-functions #'afterglow--report-focus)
    (remove-hook 'window-selection-change-functions #'afterglow--report-focus)
    (remove-hook 'compilation-start-hook #'afterglow--compilation-began)
    (remove-hook 'compilation-finish-functions #'afterglow--compilation-ended)
    (remove-hook 'kill-emacs-hook #'afterglow--stop)
    (remove-hook 'after-change-major-mode-hook #'afterglow--opened)
    (remove-function after-focus-change-function #'afterglow--report-focus)
    (setq mode-line-misc-info (delete afterglow--construct mode-line-misc-info))
    (afterglow--stop)
    (setq afterglow--folders nil)))

(provide 'afterglow)

;;; afterglow.el ends here
