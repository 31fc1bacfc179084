"""Builds the use cases of users and of their accounts at brokers."""

from tradecore.core import AccountUseCases
from tradecore.use_cases import account_records, accounts, broker_accounts, remove_user
from tradecore_adapters import ambient
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts


def make_account_use_cases(adapters: Adapters, parts: Parts) -> AccountUseCases:
    """The use cases of users and of their accounts at brokers."""
    store, passwords, now = adapters.store, adapters.identity.passwords, parts.now
    return AccountUseCases(
        create_user=accounts.CreateUser(store, passwords, now, ambient.new_id),
        change_password=accounts.ChangePassword(store, passwords),
        list_users=accounts.ListUsers(store),
        disable_user=accounts.DisableUser(store),
        enable_user=accounts.EnableUser(store),
        remove_user=remove_user.RemoveUser(store, now, parts.settle),
        update_user=accounts.UpdateUser(store, passwords),
        grant_scopes=accounts.GrantScopes(store),
        revoke_scopes=accounts.RevokeScopes(store),
        export_account=account_records.ExportAccount(store),
        delete_removed_accounts=account_records.DeleteRemovedAccounts(store),
        give_broker_account=broker_accounts.GiveBrokerAccount(
            store, now, adapters.open_broker, adapters.encryption.encrypt
        ),
        take_broker_account=broker_accounts.TakeBrokerAccount(store, now),
        find_broker_account=broker_accounts.FindBrokerAccount(store),
        reencrypt_credentials=broker_accounts.ReencryptCredentials(store, adapters.encryption.reencrypt),
        get_account=accounts.GetAccount(store),
    )
