import Crypto
import CryptoExtras
import GRDB
