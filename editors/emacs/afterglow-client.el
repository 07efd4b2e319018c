;;; afterglow-client.el --- The server of this Emacs -*- lexical-binding: t; -*-

;; Copyright 2026 The Afterglow authors
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Its process, and what goes over the wire.
;; Invariant: a server that dies or cannot start makes no message; `afterglow--problem' says why.

;;; Code:

(require 'cl-lib)
(require 'jsonrpc)
(require 'seq)
(require 'url-util)

(declare-function afterglow--clear "afterglow")
(declare-function afterglow--report-focus "afterglow")
(declare-function afterglow--say "afterglow")
(declare-function afterglow--show-token "afterglow")
(declare-function afterglow--ask-hints "afterglow-buffers")
(declare-function afterglow--leave "afterglow-buffers")
(declare-function afterglow--open "afterglow-buffers")
(defvar afterglow-mode)
(defvar afterglow--uri)

(defcustom afterglow-command '("afterglow" "lsp")
  "The server and its arguments."
  :type '(repeat string)
  :group 'afterglow)

(defcustom afterglow-options nil
  "Settings of Afterglow, as a property list that becomes JSON.
For instance (:mode \"quiet\" :trust \"restricted\" :tokenTtlMs 10000); false is
`:json-false'."
  :type 'plist
  :group 'afterglow)

(defconst afterglow--restarts 4 "As often the server is started again within `afterglow--within' s.")
(defconst afterglow--within 180)
(defconst afterglow--again-seconds 0.5)

(defvar afterglow--connection nil "The connection to the server, nil for none.")
(defvar afterglow--process nil "The process of the server.")
(defvar afterglow--ready nil "Whether the server has answered `initialize'.")
(defvar afterglow--stopping nil "Whether the end of the server is wanted.")
(defvar afterglow--starts nil "When the server was started, newest first, as float times.")
(defvar afterglow--problem nil "Why there is no server, nil where there is one or none was wanted.")
(defvar afterglow--folders nil "The repositories that were opened, oldest first.")
(defvar afterglow--status nil "What afterglow/status said last.")

;;;; The wire

(defun afterglow--object ()
  "An empty JSON object."
  (make-hash-table :size 1))

(defun afterglow--notify (method params)
  "Tell the server METHOD with PARAMS, if there is one."
  (when (and afterglow--ready (jsonrpc-running-p afterglow--connection))
    (ignore-errors (jsonrpc-notify afterglow--connection method params))))

(defun afterglow--request (method params success)
  "Ask the server METHOD with PARAMS; call SUCCESS with its answer."
  (when (and afterglow--ready (jsonrpc-running-p afterglow--connection))
    (jsonrpc-async-request
     afterglow--connection method params
     :success-fn success
     :error-fn (lambda (failed) (afterglow--say (format "Not done: %s" (plist-get failed :message))))
     :timeout-fn #'ignore)))

(defun afterglow--run (command argument success)
  "Have the server run COMMAND with ARGUMENT; call SUCCESS with its answer."
  (afterglow--request 'workspace/executeCommand
                      (list :command command :arguments (vector (or argument (afterglow--object))))
                      success))

(defun afterglow--heard (_connection method params)
  "Take the notification METHOD with PARAMS."
  (pcase method
    ('afterglow/token (afterglow--show-token params))
    ('afterglow/status (setq afterglow--status params))))

(defun afterglow--asked (_connection method _params)
  "Answer the request METHOD."
  (when (eq method 'workspace/inlayHint/refresh)
    (afterglow--ask-hints))
  nil)

;;;; The process

(defun afterglow--start ()
  "Start the server."
  (setq afterglow--stopping nil
        afterglow--problem nil)
  (if (not (and afterglow-command (executable-find (car afterglow-command))))
      (setq afterglow--problem (format "%s is not a program that Emacs finds; see `afterglow-command'"
                                       (car afterglow-command)))
    (push (float-time) afterglow--starts)
    (setq afterglow--connection
          (make-instance
           'jsonrpc-process-connection
           :name "afterglow"
           :events-buffer-config '(:size 0 :format short)
           :notification-dispatcher #'afterglow--heard
           :request-dispatcher #'afterglow--asked
           :on-shutdown #'afterglow--ended
           :process (lambda ()
                      ;; Not in the repository: nothing of it shall run.
                      (let ((default-directory (expand-file-name "~/")))
                        (setq afterglow--process
                              (make-process :name "afterglow" :command afterglow-command
                                            :connection-type 'pipe :coding 'utf-8-emacs-unix :noquery t
                                            :stderr (get-buffer-create " *afterglow stderr*")))))))
    (afterglow--hush afterglow--process)
    (let ((mine afterglow--connection))
      (jsonrpc-async-request
       mine 'initialize (afterglow--initialize)
       :success-fn (lambda (_answer) (when (eq mine afterglow--connection) (afterglow--initialized)))
       :error-fn #'ignore :timeout-fn #'ignore))))

(defun afterglow--hush (process)
  "Let jsonrpc handle the end of PROCESS without its message."
  (let ((theirs (process-sentinel process)))
    (set-process-sentinel process (lambda (ended change)
                                    (let ((inhibit-message t)
                                          (message-log-max nil))
                                      (funcall theirs ended change))))))

(defun afterglow--initialize ()
  "What the server is told of this Emacs."
  (list :processId (emacs-pid)
        :clientInfo (list :name "Emacs" :version emacs-version)
        :rootUri (afterglow--uri-of (car afterglow--folders))
        :workspaceFolders (vconcat (mapcar #'afterglow--folder afterglow--folders))
        :capabilities '(:general (:positionEncodings ["utf-8"])
                        :workspace (:inlayHint (:refreshSupport t) :workspaceFolders t)
                        :experimental (:afterglow (:token t)))
        :initializationOptions (or afterglow-options (afterglow--object))))

(defun afterglow--initialized ()
  "The server is there."
  (setq afterglow--ready t)
  (afterglow--notify 'initialized (afterglow--object))
  (mapc #'afterglow--open (buffer-list))
  (afterglow--report-focus))

(defun afterglow--ended (connection)
  "The process of CONNECTION ended: forget it.
Start it again, unless that was tried in vain."
  (when (eq connection afterglow--connection)
    (afterglow--forget)
    (setq afterglow--starts (seq-filter (lambda (at) (< (- (float-time) at) afterglow--within))
                                        afterglow--starts))
    (cond (afterglow--stopping)
          ((> (length afterglow--starts) afterglow--restarts)
           (setq afterglow--problem (format "the server ended %d times; M-x afterglow-restart tries again"
                                            (length afterglow--starts))))
          (t (run-with-timer afterglow--again-seconds nil #'afterglow--again)))))

(defun afterglow--again ()
  "Start a server that ended by itself once more."
  (when (and (bound-and-true-p afterglow-mode) (not afterglow--connection) (not afterglow--stopping))
    (afterglow--start)))

(defun afterglow--forget ()
  "Forget the server and what it showed."
  (setq afterglow--connection nil
        afterglow--ready nil
        afterglow--status nil)
  (afterglow--clear)
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when afterglow--uri
        (afterglow--leave)))))

(defun afterglow--stop ()
  "End the server; nothing of it stays."
  (setq afterglow--stopping t)
  (let ((old afterglow--connection))
    (afterglow--forget)
    (when (and old (process-live-p afterglow--process))
      ;; Its input ends: it leaves within a moment, and cleans up behind itself.
      (ignore-errors (process-send-eof afterglow--process)))))

(defun afterglow--uri-of (path)
  "PATH as a file URI."
  (concat "file://" (url-hexify-string (directory-file-name (expand-file-name path)) url-path-allowed-chars)))

(defun afterglow--folder (root)
  "The workspace folder of ROOT."
  (list :uri (afterglow--uri-of root) :name (file-name-nondirectory (directory-file-name root))))

(provide 'afterglow-client)

;;; afterglow-client.el ends here
