/** What the sample forms share: a face with seal and filing code, fictional persons, small pictures. */
import type { PaperApplicant, PaperContact, PaperFace, PaperPerson, Remedies, ServiceReturn, Signing } from '../contract/index.ts'
import { composeFilingQr } from '../rules/filing-qr.ts'

function picture(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

export const sealImage = picture(
  'iVBORw0KGgoAAAANSUhEUgAAAFAAAABQCAYAAACOEfKtAAAEFUlEQVR4Ae3By5XiUBBEwVvvyI80o/xflhlpSQ0LFj0cISQ+Qk0TEd3N1/0mDq' +
    'KkZoO0gwOYeIOSmgeV1FxIO9jZxE5Kal6spOYs7WAHEy9WUvMGJTUnaQcvNPEiJTUHUFJzknbwAhNPVlJzh7SDDUpqNiipOUk7eKLobp6hpGaD' +
    'tIMnKqnZIO3gCaK7eVRJzQppBzsoqVkh7eBB0d08oqTmhrSDNyipuSHt4AHR3dyjpOaGtIMDKKm5Ie3gDtHdbFVSsyDt4IBKahakHWw02KikZk' +
    'HawUGlHSwoqdlosEFJzYK0g4NLO1hQUrPBYKWSmgVpB79E2sGCkpqVJh6UdvALpR2clNQ8YLBCSc2MtINfLu1gRknNCoMbSmr+qJKaGwYLSmqu' +
    'SDv4EGkHV5TULBjcIe3gw6Qd3GFwRUnNjLSDD5V2MKOk5orBBmkHHy7tYIPBjJKar/+U1MwYrJR28EekHaw0uFBS8zWrpObCYIW0gz8m7WCFwQ' +
    '8lNQdSUpfUHEhJzQ+DG9IO3qCk5qyk5g3SDm4YfD1kcFZS87VKSc3ZYEHawRuU1FwoqXmDtIMFg6+HDL4eMjigtIMLaQcHNDgpqbmQdvACJXVJ' +
    'XVLzJCV1SV1S8wJpBxdKak4mdlRS80NJzVnawQYlNTNK6rSDnUwcREnNSdrBgpKaA5k4mJKaGSU1BzTYUdrBi6Ud7GhiZ2kHJyU1T5R28AYTb5' +
    'J28ENJzQZpBwcwcRBpB2clNTPSDg5m4kBKahaU1JykHRzE4CBKalYqqTmIwYGlHWkHBzY4gJKajUpqDmBwknZwoaRmByU1M9IOztIOZpTU7KCk' +
    '5kLawcng6yGDNyqpmZF2cCHtYEZJzRsNDibt4Iq0g4MZLCip2VHawQ1pBzsqqVkwOEs72FnawUnakXawUtqRdnCSdrCztIOzwZulHdwp7eDNBj' +
    'eU1PxRJTU3DH5IO/halHbww2CFkpo/pqRmhcGFtIOvWWkHFwYrldT8ESU1Kw1mpB18/SftYMZgg5KaD1dSs8HgirSDGSU1H6qkZkbawRWDO5TU' +
    'fJiSmjsMFqQdXFFS8yFKaq5IO1gwuCHt4I9KO7hhsELawYySml+upGZG2sEKEw8qqTlJO/hFSmqeYLBS2sGCkppfoqRmQdrBSoMN0g4WlNQcXE' +
    'nNgrSDDQYbpR0sKKk5qJKaBWkHG0V3c4+SmhvSDg6gpOaGtIM7RHfziJKaG9IO3qCk5oa0gwdEd/OokpoV0g52UFKzQtrBg6K7eYaSmg3SDp6o' +
    'pGaDtIMniO7mmUpq7pB2sEFJzR3SDp4ouptXKKk5kLSDF5h4kbSDk5KaN0o7eKGJF0s7OCmp2VHawQ4mdpJ2cFZS8wJpBzubeIO0gwslNRukHR' +
    'zAxEGkHfxC/wCpNw69hUJoDwAAAABJRU5ErkJggg==',
)
export const signatureImage = picture(
  'iVBORw0KGgoAAAANSUhEUgAAAFoAAAAeCAYAAACsYQl4AAABz0lEQVR4Ae3BwXHiABBE0T8qp9DhTPQTTgfRy0EHisIg20gus3qvknDa38LpEA' +
    'unQyycDrFwOsTC6RALb07qSB1+WSXh3UgdHrCnONjCm5E6PCF1ONjCG5E6bCR1OFAl4a+TOtywp7hD6nDFnuIAlYSjSB1W9hQvIHW4Yk+xgdRh' +
    'ZU+xs0rCnqQOT9hTfIPU4Yo9xRdIHS7sKXZWSdiL1OGL7CmekDrcsKf4BqnDhT3FjioJe5A63GFPSR2esKe4IXW4YU/xQ1KHC3uKnVQSXk3qcM' +
    'We4gGpwzfYU7yA1GFlT7GDSsIrSR1W9hRfIHXYyJ7ihaQOF/YUO6gkvIrUYWVP8QNShzvsKXYidbiwp/gBqWNPceWDF5E6rOwpfsie4pdIHXuK' +
    'F1p4AanDyp7ij7KnWEkdvkHqcMfCHVKHjaQOK3uKP86eYiV1+AKpwycWPiF1eEDqSB1W9hRvwp5iJXXYQOqwsqe48cEDUocLe4qV1OGGPcUbkz' +
    'r2FHdIHa7YU9xRSbhH6rCBPcWbkjrcsKe4kDrcsKf4RCXhM1KHB+wp3pzUYQN7igcqCY9IHW7YU/xHpA4P2FM8UUk4bSN1uGJPsVEl4bS/hdMh' +
    'Fk6H+AdMgPsBfGEbPgAAAABJRU5ErkJggg==',
)
export const fingerprintImage = picture(
  'iVBORw0KGgoAAAANSUhEUgAAAB4AAAAkCAYAAACe0YppAAAClklEQVR4AcXBwY0rWQACQLA6GcIgcsIgHPYd+mBZ47G/tNJUcRv+wgN/5IE/8s' +
    'AfufAPIg0fuCW+cOFLkYbDLfFGpEWaW+KDCx9EGg63xBFpeMMtcUQaDrfEG9yGdyINh1viiDQcbokXkYbDLXFEGg63xA8ufOCWkYbDLXGLNNzc' +
    '0i1xRBoOt4w0vHHhjUhzy0jD4ZaRhptb4hZpuLllpEWaW0aaW+LFAz+INLfEzS0jDYdbuiWeuKVb4og0t8TNLSMNLy78ItLcMtJwuGWk4Q23jL' +
    'RIc8tIc0v84MKLSHNLvHDLSMPhlngRaZHmlpGGJ24ZaW6J24U3Is0tI80tIw2HW0YaXrhlpEWaW0aaW0aaW+LFA//ALSMNh1u6pVviiDS3xJcu' +
    'fOCWkeaWuLllpOHmlpGGwy0jzS3xiwdeuGWkuWWk4UmkuWWk4XBLHJHmlpGGJ5HmlpHmlnjywJNIw5fcMtLcEl+KNNwe+CMP/JEHnrglvhRpbh' +
    'lp+JJb4vbAi0hzy0hzSzxxy0hzSxyRhsMtI80t8cQtI80tIw1PHvgg0twy0nCLNLd0S7eMNNwizS0jDb+48A8izS0jLdLwxC0jDV+68IZbRppb' +
    'RppbRlqkuSVeRBoOt4w0t4w0t8QPLrxwy0hzSzyJNLeMtEjDD9wy0vAi0twSTy78wi0jzS0jLdLcEm9EGg63jDS3xBsP/MAtIw23SHNLHJEWaX' +
    'gSaZGGwy0jDbdIc0u84Da8E2luGWk43BK3SMPNLXGLNBxuGWluiR9c+CDS3BJHpOFwS7fEk0jD4ZY4Ig2/4Db8JtJwuCWOSMMbbokj0nC4Jd64' +
    '8IFb4og0HG6JNyINh1viA27DtyINH7glvnDhH7gl/icP/JEH/sh/JUT7ZN1MlW0AAAAASUVORK5CYII=',
)
export const photoImage = picture(
  'iVBORw0KGgoAAAANSUhEUgAAADAAAAAgCAYAAABU1PscAAAAaUlEQVR4AdXBQQ2DQAAAwWWDBERUBMZqBDm8KuK+/PEAHmiTZmembT8uwiRO4i' +
    'RO4iRO4iRO4iRO4iRO4iRO4iRO4iRuHuPNU6/Pya+MdeEJiZM4iZM4iZM4iZO4mS+MdeHfJE7iJE7ibvRjCckwbzAPAAAAAElFTkSuQmCC',
)

export function face(form: string, serialNo: string, unit = '虚构区青溪街道办事处'): PaperFace {
  const qrText = composeFilingQr({ caseNo: 'AJ-990101-2026-000123', form, version: 1, page: null }) ?? ''
  return { serialNo, formVersion: '2026-1', unit, qrText, sealImage }
}

export function signing(name: string, signedOn: string | null = '2026-09-10', drawn = true): Signing {
  return { name, signatureImage: drawn ? signatureImage : null, signedOn }
}

export const applicant: PaperApplicant = {
  name: '东方春䶮',
  idNumber: '990101********002X',
  address: '虚构区青溪街道百草社区槐树巷12号',
}
export const person: PaperPerson = { ...applicant, phone: '138****0001' }
export const contact: PaperContact = { name: '乙明', telephone: '0000-1234567', address: '青溪街道便民服务中心3号窗口' }
export const remedies: Remedies = {
  reviewBody: '虚构区人民政府',
  reviewDays: 60,
  court: '虚构区人民法院',
  suitMonths: 6,
  clause: '示例政策包 第三十条',
}
export const service: ServiceReturn = {
  receiver: '东方春䶮',
  way: 'direct',
  place: '百草社区居民委员会',
  servedOn: '2026-10-12',
  receivedBy: '东方春䶮',
  relation: '本人',
  refusal: '没有拒收',
  servers: '乙明、丙丽',
  witness: '丁卫国',
}
