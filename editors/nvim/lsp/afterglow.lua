return require('afterglow.client').config()
